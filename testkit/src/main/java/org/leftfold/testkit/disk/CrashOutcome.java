package org.leftfold.testkit.disk;

/**
 * What a power cut keeps of the operations that were pending: a rule, to be applied to a {@link
 * CrashPoint}. Its text form names it completely, so a failing test prints the call index and the
 * outcome and can be repeated. {@link CrashOutcomes} makes them.
 */
public sealed interface CrashOutcome {
    /** Only what was forced. */
    record NothingKept() implements CrashOutcome {}

    /** All, as if the machine had written everything back just before. */
    record EverythingKept() implements CrashOutcome {}

    /** Names and sizes are as they were in memory, no pending byte is: grown files end in zeros. */
    record SizesKept() implements CrashOutcome {}

    /** Names and bytes are as they were in memory, no pending size is: grown files are cut. */
    record SizesLost() implements CrashOutcome {}

    /**
     * The first pending operations, in the order in which they were called, over all files and
     * names.
     *
     * @param operations how many
     */
    record Prefix(int operations) implements CrashOutcome {}

    /**
     * Names, sizes and one changed page; all others are old.
     *
     * @param page number among the changed pages of the crash point
     * @param pageBytes how large a page is, a multiple of the sector size
     */
    record OnlyPage(int page, int pageBytes) implements CrashOutcome {}

    /**
     * Names, sizes and all changed pages but one, which is old.
     *
     * @param page number among the changed pages of the crash point
     * @param pageBytes how large a page is, a multiple of the sector size
     */
    record AllButPage(int page, int pageBytes) implements CrashOutcome {}

    /**
     * The first pending changes of the directory.
     *
     * @param names how many
     * @param bytesKept whether the contents of files are as in memory, or as forced
     */
    record NamesPrefix(int names, boolean bytesKept) implements CrashOutcome {}

    /**
     * All contents, and one pending change of the directory without those before it.
     *
     * @param name number of that change
     */
    record OnlyName(int name) implements CrashOutcome {}

    /**
     * All contents, and all pending changes of the directory but one.
     *
     * @param name number of that change
     */
    record AllButName(int name) implements CrashOutcome {}

    /**
     * Names, sizes and sectors each with a fate of their own, sectors also torn.
     *
     * @param seed decides all of it; the same seed and the same point give the same image
     */
    record Random(long seed) implements CrashOutcome {}
}
