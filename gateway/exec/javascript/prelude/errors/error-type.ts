/** The name of an error's class; of a class of the program's that has not said how it is called, its own name. */
export function errorType(error: Error): string {
  const { name } = error;
  const own = (error.constructor as { name?: unknown } | undefined)?.name;
  if (name === 'Error' && typeof own === 'string' && own !== '') return own;
  return typeof name === 'string' && name !== '' ? name : 'Error';
}
