package org.leftfold.cli.store;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes passwords out of texts: what an address has as the value of a parameter for a password, and
 * the passwords of the environment wherever they stand as words of their own. A password that is
 * also the name of the user is shown as that. Immutable.
 */
public final class Secrets {
    /** The environment variable with the password of a database. */
    public static final String PASSWORD = "LEFTFOLD_PASSWORD";

    /** The one of the store that is copied, if it has another one. */
    public static final String FROM_PASSWORD = "LEFTFOLD_FROM_PASSWORD";

    /** The one of the store that is copied to, if it has another one. */
    public static final String TO_PASSWORD = "LEFTFOLD_TO_PASSWORD";

    private static final String MASK = "***";

    private static final Pattern PARAMETER =
            Pattern.compile("(?i)([a-z]*(?:password|passwd|pwd|secret|token)[a-z]*=)([^&\\s]+)");

    /** User and password before a host, where no driver wants them but people write them. */
    private static final Pattern BEFORE_HOST = Pattern.compile("(?i)([a-z][a-z0-9+.:-]*://)\\S*@");

    private static final Pattern USER = Pattern.compile("(?i)[?&]user=([^&\\s]+)");

    private final Set<String> values;

    private Secrets(Set<String> values) {
        this.values = values;
    }

    /**
     * The secrets that a command was given.
     *
     * @param environment the environment variables
     * @param arguments of the command
     */
    public static Secrets of(Map<String, String> environment, List<String> arguments) {
        Set<String> values = new HashSet<>();
        for (String name : List.of(PASSWORD, FROM_PASSWORD, TO_PASSWORD)) {
            values.add(environment.getOrDefault(name, ""));
        }
        for (String argument : arguments) {
            addAll(PARAMETER, 2, argument, values);
        }
        values.removeAll(users(arguments));
        values.remove("");
        return new Secrets(longestFirst(values));
    }

    private static Set<String> users(List<String> arguments) {
        Set<String> users = new HashSet<>();
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            addAll(USER, 1, argument, users);
            if (argument.matches("--(from-|to-)?user") && i + 1 < arguments.size()) {
                users.add(arguments.get(i + 1));
            }
            if (argument.matches("--(from-|to-)?user=.*")) {
                users.add(argument.substring(argument.indexOf('=') + 1));
            }
        }
        return users;
    }

    /** As they stand there, and as the driver reads them. */
    private static void addAll(Pattern pattern, int group, String text, Set<String> found) {
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            found.add(matcher.group(group));
            found.add(decoded(matcher.group(group)));
        }
    }

    static String decoded(String value) {
        try {
            return URLDecoder.decode(value, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return value; // a lonely per cent sign, which the driver may take as it is
        }
    }

    private static Set<String> longestFirst(Collection<String> values) {
        Set<String> ordered =
                new TreeSet<>((a, b) ->
                        a.length() == b.length() ? a.compareTo(b) : b.length() - a.length());
        ordered.addAll(values);
        return ordered;
    }

    /** The text without them. */
    public String mask(String text) {
        String masked = PARAMETER.matcher(text).replaceAll("$1" + Matcher.quoteReplacement(MASK));
        masked = BEFORE_HOST.matcher(masked).replaceAll("$1" + MASK + "@");
        for (String value : values) {
            Pattern word =
                    Pattern.compile(
                            "(?<![\\p{L}\\p{N}_])" + Pattern.quote(value) + "(?![\\p{L}\\p{N}_])");
            masked = word.matcher(masked).replaceAll(MASK);
        }
        return masked;
    }
}
