/** Whether somebody waits for an experiment's decision. */
export const tellWhenDecided = `
ALTER TABLE understudy.experiment_control ADD COLUMN tell_when_decided boolean NOT NULL DEFAULT false;
`;
