package org.leftfold.cli;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Retention;
import org.leftfold.cli.intake.InputException;
import picocli.CommandLine.Option;

/** Which events are to be kept. */
final class RetentionOptions {
    private static final Pattern AGE = Pattern.compile("([0-9]{1,9})([smhd])");

    @Option(
            names = {"-c", "--category"},
            paramLabel = "NAME",
            description = "Apply the rules to streams of this category only.")
    private @Nullable String category;

    @Option(
            names = "--max-age",
            paramLabel = "AGE",
            description = "Keep no event that is older: 30d, 12h, 90m or 45s.")
    private @Nullable String maxAge;

    @Option(
            names = "--max-count",
            paramLabel = "N",
            description = "Keep only the newest N events of each stream.")
    private @Nullable Long maxCount;

    /** The rules that were given, if any. */
    Optional<Retention> retention() {
        if (maxAge == null && maxCount == null) {
            if (category != null) {
                throw InputException.because(
                        "--category %s: for rules; add --max-age AGE or --max-count N"
                                .formatted(category));
            }
            return Optional.empty();
        }
        Retention retention =
                category == null ? Retention.ofAllStreams() : Retention.ofCategory(category);
        if (maxAge != null) {
            retention = retention.maxAge(duration(maxAge));
        }
        return Optional.of(maxCount == null ? retention : retention.maxCount(maxCount));
    }

    private static Duration duration(String age) {
        Matcher parts = AGE.matcher(age);
        if (!parts.matches()) {
            throw InputException.because(
                    "--max-age %s: a number and s, m, h or d is needed, such as 30d"
                            .formatted(age));
        }
        long number = Long.parseLong(parts.group(1));
        return switch (parts.group(2)) {
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            default -> Duration.ofDays(number);
        };
    }
}
