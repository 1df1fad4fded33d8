package org.leftfold.cli;

import java.util.List;
import org.leftfold.cli.intake.InputException;
import org.leftfold.framework.projection.Parking;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Whose parked events a command is about. */
final class ParkingOption {
    @Parameters(index = "0", paramLabel = "NAME", description = "The projection.")
    private String name = "";

    @Option(
            names = "--of-rebuild",
            description =
                    "Those of the generation that is being built, not of the one that is read.")
    private boolean ofRebuild;

    /** The parked events. */
    Parking of(ProjectionsOption.Opened opened) {
        return ofRebuild
                ? opened.managing(name).rebuild(name).parking()
                : opened.managing(name).parking(name);
    }

    /** Says that a key is not parked, and which is that looks like it. */
    static InputException notParked(String key, Parking parking) {
        List<String> similar = Nearest.to(key, parking.keys());
        return InputException.because(
                "key '%s' is not parked%s"
                        .formatted(key, similar.isEmpty() ? "" : Nearest.question(similar)));
    }
}
