package org.leftfold.jdbc.faults;

/** How large the tests are. */
final class Scale {
    /** 1 in the normal build, more in the long one. */
    static final int FACTOR = Boolean.getBoolean("leftfold.long") ? 10 : 1;

    private Scale() {}
}
