import { say } from "../../words/say.ts";
/** What a page of a draft says. */
export const draftNote = (): string => say("draft");
