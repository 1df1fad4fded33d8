package org.leftfold.engine.crash;

/** How large the tests are. */
final class Scale {
    /** 1 in the normal build, more in the long one. */
    static final int FACTOR = Boolean.getBoolean("leftfold.long") ? 20 : 1;

    private Scale() {}
}
