package org.leftfold.testkit.tck;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;

/** How the suite gets at the store under test. A test that hangs is given up after a minute. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public interface TckFixture {
    /**
     * Opens an empty store that shares nothing with any other. The test that asked for it closes
     * it.
     */
    TckStore openStore(TckOptions options);

    /** Opens an empty store with {@link TckOptions#standard()}. */
    default TckStore openStore() {
        return openStore(TckOptions.standard());
    }
}
