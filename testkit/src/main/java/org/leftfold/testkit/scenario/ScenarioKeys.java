package org.leftfold.testkit.scenario;

import org.leftfold.api.EventStore;
import org.leftfold.api.spi.AesKeyWrapping;
import org.leftfold.api.spi.InMemoryKeyStore;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.privacy.Privacy;
import org.leftfold.testkit.disk.SeededEntropy;

/** The keys of personal data in the events of a scenario. Safe for any thread. */
final class ScenarioKeys {
    private final AesKeyWrapping wrapping;
    private final SeededEntropy entropy;
    private final InMemoryKeyStore keys;

    /** None yet. */
    ScenarioKeys() {
        entropy = new SeededEntropy(1);
        wrapping = new AesKeyWrapping(new byte[AesKeyWrapping.MASTER_KEY_BYTES], entropy::fill);
        keys = new InMemoryKeyStore(entropy::fill, wrapping);
    }

    private ScenarioKeys(ScenarioKeys other) {
        entropy = other.entropy;
        wrapping = other.wrapping;
        keys = other.keys.copy();
    }

    /** The same keys, so that some can be destroyed. */
    ScenarioKeys copy() {
        return new ScenarioKeys(this);
    }

    /** A store whose personal data is encrypted by them. */
    Leftfold on(EventStore store) {
        return Leftfold.on(store).protecting(in(store));
    }

    Privacy in(EventStore store) {
        return Privacy.builder(store, keys, wrapping).random(entropy::fill).build();
    }
}
