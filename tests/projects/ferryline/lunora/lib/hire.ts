import type { MutationCtx } from "../_generated/server";
import type { Id } from "../_generated/dataModel";

interface NewHire {
  badge: string;
  employerId: Id<"operators">;
  fullName: string;
  rank: string;
}

export async function hireInto(context: MutationCtx, person: NewHire) {
  const taken = await context.db.crewMembers.exists({ badge: person.badge });
  if (taken) throw new Error("badge already issued");
  return context.db.crewMembers.insert(person);
}
