/** What a page of a draft says. */
export const DRAFT_NOTE =
  "Draft: few trials, and times measured while other trials ran. The numbers are for writing, and not for conclusions.";
