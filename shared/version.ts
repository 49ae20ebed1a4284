/** The version all three executables carry; a test compares it with package.json. */
export const VERSION = '0.1.0';
