package org.leftfold.testkit.tck.framework;

/**
 * What the framework promises, on one store.
 *
 * <pre>{@code
 * class MyStoreFrameworkTckTest implements FrameworkTck {
 *     public TckStore openStore(TckOptions options) { ... }
 * }
 * }</pre>
 */
public interface FrameworkTck
        extends CommandRaceTck,
                ConflictResolverTck,
                StateTck,
                MessageTck,
                HistoryTck,
                UnknownOutcomeTck,
                TransformTck,
                RedesignTck {}
