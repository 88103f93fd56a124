import { defineShape } from "lunorash/server";

export const myGardens = defineShape({ table: "gardens", owner: true });

export const myPlants = defineShape({
  table: "plants",
  owner: true,
  columns: ["userId", "gardenId", "speciesId", "nickname", "nextWateringAt"],
});
