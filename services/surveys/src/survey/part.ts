import { OWN_PROCESS } from "../between/called.ts";
import type { Part } from "../between/part.ts";
import { newSurveyService } from "./service.ts";
import { readSurveySettings } from "./settings.ts";

/** `survey` within the process of another service. */
export const part: Part = {
  read: (environment) => {
    const settings = { ...readSurveySettings(environment, "SURVEY_"), called: OWN_PROCESS } as const;
    return (whole) => newSurveyService("survey", whole.version, settings, whole);
  },
};
