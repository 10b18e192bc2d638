import { type Course, courseNow, type JudgedInput } from "@understudy/evaluation";
import { answerTasks } from "@understudy/runtime";

answerTasks((task: JudgedInput): Course => courseNow(task));
