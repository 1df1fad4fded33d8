package org.leftfold.framework.projection;

/** What others have thrown. */
final class Failures {
    private Failures() {}

    /** What it says, or its class where it cannot even say that: it has to be kept. */
    static String text(Throwable failure) {
        String text = null;
        try {
            text = failure.toString();
        } catch (RuntimeException | StackOverflowError e) {
            // its class is left
        }
        return text == null ? failure.getClass().getName() : text;
    }
}
