import { mutation, query, v } from "./_generated/server";

export const titled = query
  .input({ departmentId: v.id("departments"), title: v.string().max(120) })
  .query(async ({ ctx, args }) =>
    ctx.db
      .query("courses")
      .withIndex("by_department_title", (q) => q.eq("departmentId", args.departmentId).eq("title", args.title))
      .first(),
  );

export const inRoom = query.input({ roomId: v.id("rooms") }).query(async ({ ctx, args }) => {
  const { page } = await ctx.db.courses.findMany({ where: { roomId: args.roomId }, with: { teacher: true } });
  return page;
});

export const byTeacher = query.input({ teacherId: v.id("teachers") }).query(async ({ ctx, args }) => {
  return await ctx.db
    .query("courses")
    .filter((course) => course.teacherId === args.teacherId)
    .collect();
});

export const notices = query.input({ courseId: v.id("courses") }).query(({ ctx, args }) =>
  ctx.db
    .query("notices")
    .withIndex("by_course", (q) => q.eq("courseId", args.courseId))
    .order("desc")
    .take(20),
);

export const urgent = query.input({ courseId: v.id("courses") }).query(({ ctx, args }) =>
  ctx.db
    .query("notices")
    .withIndex("by_course_level", (q) => q.eq("courseId", args.courseId).eq("level", "urgent"))
    .collect(),
);

export const lab = query
  .input({ title: v.string().max(80) })
  .query(async ({ ctx, args }) => ctx.db.labs.findFirst({ where: { title: args.title } }));

export const publish = mutation
  .input({ courseId: v.id("courses"), year: v.number(), term: v.string().max(10), body: v.string().max(20_000) })
  .mutation(async ({ ctx, args }) => {
    const old = await ctx.db
      .query("syllabi")
      .withIndex("by_course", (q) => q.eq("courseId", args.courseId))
      .unique();
    if (old) return await ctx.db.syllabi.patch(old._id, args);
    return await ctx.db.syllabi.insert(args);
  });

export const notify = mutation
  .input({ courseId: v.id("courses"), level: v.string().max(10), text: v.string().max(500) })
  .mutation(async ({ ctx, args }) => ctx.db.insert("notices", args));
