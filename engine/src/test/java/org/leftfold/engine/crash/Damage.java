package org.leftfold.engine.crash;

import java.util.List;
import org.leftfold.api.IntegrityException;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.VerificationReport;
import org.leftfold.api.VerificationReport.Problem;
import org.leftfold.engine.SimulatedStore;
import org.leftfold.engine.crash.Violation.Kind;
import org.leftfold.engine.log.Corruption;
import org.leftfold.testkit.disk.CrashOutcome;
import org.leftfold.testkit.disk.SimulatedDirectory;
import org.leftfold.testkit.disk.SimulatedMachine;

/**
 * Checks a damaged store: it is refused with file and offset, and verification finds the same; or
 * all events are served unchanged. Nothing in between.
 */
final class Damage {
    /** What became of the damage. */
    enum Fate {
        /** The store is not opened. */
        REFUSED,
        /** The store is opened, and reading what is damaged is refused. */
        NOT_SERVED,
        /** Verification reports it, and opening heals it. */
        HEALED,
        /** It is in bytes that nobody uses. */
        UNUSED
    }

    private Damage() {}

    /**
     * Opens and verifies.
     *
     * @param specimen what the machine holds a damaged copy of
     * @param file the damaged one, which a problem must name; empty if there is more than one
     * @param thorough whether to look at everything twice
     */
    static Fate check(SimulatedMachine machine, Specimen specimen, String file, boolean thorough) {
        SimulatedDirectory disk = machine.disk();
        VerificationReport report = verify(machine);
        SimulatedDirectory before =
                thorough ? disk.crashPoint().image(new CrashOutcome.EverythingKept()) : disk;
        SimulatedStore opened;
        try {
            opened = specimen.open(machine);
        } catch (IntegrityException e) {
            checkSeen(report, e, file);
            if (thorough) {
                Violation.check(
                        withoutSpare(disk).equals(withoutSpare(before)),
                        Kind.WRONG,
                        "a refused store was changed");
            }
            return Fate.REFUSED;
        }
        try (opened) {
            read(opened, specimen.readable(), thorough);
        } catch (IntegrityException e) { // in what the index saves reading at the opening
            checkSeen(report, e, file);
            return Fate.NOT_SERVED;
        }
        for (Problem problem : report.problems()) {
            Violation.check(
                    !problem.file().endsWith(".segment"),
                    Kind.WRONG,
                    "opened, though verification says: %s",
                    problem);
        }
        return report.isClean() ? Fate.UNUSED : Fate.HEALED;
    }

    private static void read(SimulatedStore store, List<RecordedEvent> expected, boolean thorough) {
        Readings.checkEqual(expected, store.read(ReadRequest.all()).toList(), "events");
        if (thorough) {
            Readings.checkEqual(
                    expected.reversed(),
                    store.read(ReadRequest.all().backward()).toList(),
                    "events backward");
        }
    }

    private static void checkSeen(VerificationReport report, IntegrityException e, String file) {
        Violation.check(!report.isClean(), Kind.WRONG, "verification does not see: %s", e);
        checkNames(report, e, file);
    }

    private static VerificationReport verify(SimulatedMachine machine) {
        try {
            return SimulatedStore.verify(machine);
        } catch (IntegrityException e) {
            throw new Violation(Kind.WRONG, "verification throws", e);
        } catch (org.leftfold.api.InvalidRequestException e) { // there is no store any more
            return new VerificationReport(
                    0, 0, List.of(new Problem("manifest", 0, e.getMessage())));
        }
    }

    private static void checkNames(VerificationReport report, IntegrityException e, String file) {
        if (!(e instanceof Corruption corruption) || corruption.offset() < 0) {
            throw new Violation(Kind.WRONG, "no file and offset", e);
        }
        Problem first = report.problems().getFirst();
        boolean named =
                report.problems().stream()
                        .anyMatch(problem -> file.isEmpty() || problem.file().equals(file));
        Violation.check(
                named && first.offset() >= 0,
                Kind.WRONG,
                "%s is damaged, verification says %s",
                file,
                report.problems());
        Violation.check(
                file.isEmpty() || corruption.file().equals(file),
                Kind.WRONG,
                "%s is damaged, opening says %s",
                file,
                e.getMessage());
    }

    /** Without what the store made anew, or was about to. */
    private static String withoutSpare(SimulatedDirectory disk) {
        return disk.fingerprint().replaceAll("(spare.tmp|lock|\\S+\\.index\\S*) .*\\R", "");
    }
}
