import { say } from "../../words/say.ts";
/** Note on the page of a draft render. */
export const draftNote = (): string => say("draft");
