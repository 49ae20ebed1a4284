/** Something is not as it must be: the demonstration has failed, and says of what. */
export class NotAsItMustBe extends Error {}

/** Every result of the demonstration goes through here: what is only printed proves nothing. */
export function expectThat(isSo: boolean, otherwise: string): asserts isSo {
  if (!isSo) throw new NotAsItMustBe(otherwise);
}
