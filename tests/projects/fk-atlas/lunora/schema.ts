import { defineSchema, defineTable, v } from "lunorash/server";

import { BY_NAME, COURSE_YEAR, teacherRef, yearAndTerm } from "./columns";

export default defineSchema({
  buildings: defineTable({
    name: v.string(),
    address: v.object({ street: v.string(), caretakerId: v.optional(v.id("teachers")) }),
  })
    .index("by_name", BY_NAME)
    .relations((r) => ({
      rooms: r.many("rooms", { field: "buildingId" }),
    })),

  rooms: defineTable({ buildingId: v.id("buildings"), number: v.string(), seats: v.number() }).index("by_number", ["number"]),

  labs: defineTable({ title: v.string(), equipment: v.array(v.string()) }).index("by_title", ["title"]),

  departments: defineTable({
    name: v.string(),
    code: v.string(),
    headId: v.union(v.id("teachers"), v.null()),
    buildingId: v.id("buildings").nullable(),
    parentId: v.optional(v.id("departments")),
  })
    .index("by_parent", ["parentId"])
    .index("by_code_building", ["code", "buildingId"])
    .relations((r) => {
      return {
        parent: r.one("departments", { field: "parentId", onDelete: "set null" }),
        courses: r.many("courses", { field: "departmentId" }),
      };
    }),

  teachers: defineTable({
    departmentId: v.id("departments"),
    email: v.string().email().unique(),
    deskId: v.id("desks").unique(),
    mentorId: v.optional(teacherRef),
    pupils: v.array(v.id("students")),
  }).index("by_department", ["departmentId"]),

  desks: defineTable({ label: v.string() }).index("by_label", ["label"]),

  courses: defineTable({
    departmentId: v.id("departments"),
    teacherId: v.id("teachers"),
    title: v.string(),
    roomId: v.union(v.id("rooms"), v.id("labs")),
    fallbackRoomId: v.optional(v.id("rooms").nullable()),
    prerequisites: v.array(v.id("courses")),
    marks: v.record(v.id("students"), v.number()),
  })
    .index("by_department", ["departmentId"])
    .index("by_department_title", ["departmentId", "title"])
    .index("by_title_department", ["title", "departmentId"])
    .index("by_room", ["roomId"])
    .relations((r) => ({
      department: r.one("departments", { field: "departmentId" }),
      teacher: r.one("teachers", { field: "teacherId", onDelete: "restrict" }),
    })),

  students: defineTable({ name: v.string(), number: v.string() })
    .index("by_number", ["number"], { unique: true })
    .index("by_number_name", ["number", "name"]),

  enrolments: defineTable({
    studentId: v.id("students"),
    courseId: v.id("courses"),
    seatId: v.id("seats"),
    sponsorId: v.optional(v.id("students")),
    ...yearAndTerm,
  })
    .shardBy("studentId")
    .index("by_student_course", ["studentId", "courseId"])
    .index("by_course_seat", ["courseId", "seatId"])
    .index("by_sponsor_year", ["sponsorId", "year"]),

  seats: defineTable({ label: v.string(), row: v.number() })
    .index("by_row", ["row"])
    .index("nowhere", []),

  grades: defineTable({ studentId: v.id("students"), courseId: v.id("courses"), value: v.number(), ...yearAndTerm })
    .index("by_student", ["studentId"])
    .index("by_pupil", ["studentId"])
    .index("by_course_year", COURSE_YEAR)
    .index("by_course_year_term", [
      "courseId",
      "year",
      "term",
    ])
    .index("by_course_year_term_value", ["courseId", "year", "term", "value"])
    .rankIndex("rank_value", { sortBy: [], partitionBy: ["courseId"] }),

  notices: defineTable({ courseId: v.id("courses"), level: v.string(), text: v.string() })
    .index("by_course", ["courseId"])
    .index("by_course_level", ["courseId", "level"])
    .searchIndex("search_text", { field: "text", filterFields: ["courseId"] }),

  syllabi: defineTable({ courseId: v.id("courses"), ...yearAndTerm, body: v.string() })
    .index("by_course", ["courseId"], { unique: true })
    .index("by_course_term", ["courseId", "term"]),
});
