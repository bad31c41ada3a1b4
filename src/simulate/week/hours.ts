export const HOUR_S = 3600;
export const WEEK_H = 168;
