package org.leftfold.engine;

import org.leftfold.testkit.tck.TckOptions;
import org.leftfold.testkit.tck.TckStore;
import org.leftfold.testkit.tck.framework.FrameworkTck;

/** The framework keeps its promises on the embedded store, on a real disk. */
class EmbeddedFrameworkTckTest implements FrameworkTck {
    @Override
    public TckStore openStore(TckOptions options) {
        return new EmbeddedTckStore(options);
    }
}
