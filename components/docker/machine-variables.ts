/** Names of environment variables by which a machine adds to the configuration of a program. */

/** `false` where the program is not to look at the host: a preview on a machine without Docker. */
export const CHECK_HOST_VARIABLE = "VIGIE_CHECK_HOST";
