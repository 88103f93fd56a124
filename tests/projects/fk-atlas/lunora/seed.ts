import { internalMutation } from "./_generated/server";

export const campus = internalMutation.mutation(async ({ ctx }) => {
  const buildingId = await ctx.db.insert("buildings", { name: "Main", address: { street: "High Street 1" } });
  const roomId = await ctx.db.insert("rooms", { buildingId, number: "1.01", seats: 24 });
  const deskId = await ctx.db.insert("desks", { label: "A" });
  await ctx.db.insertMany("seats", [
    { label: "1A", row: 1 },
    { label: "1B", row: 1 },
  ]);
  const departmentId = await ctx.db.insert("departments", { name: "Physics", code: "PHY", headId: null, buildingId });
  const teacherId = await ctx.db.insert("teachers", { departmentId, email: "p@example.edu", deskId, pupils: [] });
  await ctx.db.insert("students", { name: "Robin", number: "0001" });
  await ctx.db.insert("courses", {
    departmentId,
    teacherId,
    title: "Waves",
    roomId,
    fallbackRoomId: null,
    prerequisites: [],
    marks: {},
  });
});
