package org.leftfold.framework.projection;

import java.util.OptionalLong;
import org.leftfold.api.spi.ViewStore.View;

/** Which parts this instance works on. Called by one thread. */
interface Sharing {
    /** All of them, with nobody else. */
    Sharing ALONE =
            new Sharing() {
                @Override
                public void tick() {
                    // there is nothing to renew
                }

                @Override
                public OptionalLong fence(View view, int part) {
                    return OptionalLong.of(0);
                }

                @Override
                public void release(View view, int part) {
                    // nobody waits for it
                }

                @Override
                public void close() {
                    // nothing is held
                }
            };

    /** Looks who else is there, and renews what is held. Called often. */
    void tick();

    /** The fence under which this instance may work on a part now; empty if it may not. */
    OptionalLong fence(View view, int part);

    /** Gives a part back, which this instance does not work on any more. */
    void release(View view, int part);

    /** Gives everything back. */
    void close();
}
