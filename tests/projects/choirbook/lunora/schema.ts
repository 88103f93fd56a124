import { defineSchema } from "lunorash/server";
import { logExtension } from "./log/extension";
import { music } from "./tables/music";
import { members, sections } from "./tables/people";

const schema = defineSchema({ members, sections, ...music }).extend(logExtension);

export default schema;
