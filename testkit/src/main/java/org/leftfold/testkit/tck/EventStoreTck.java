package org.leftfold.testkit.tck;

/**
 * Everything that an event store promises.
 *
 * <pre>{@code
 * class MyStoreTckTest implements EventStoreTck {
 *     public TckStore openStore(TckOptions options) { ... }
 * }
 * }</pre>
 */
public interface EventStoreTck
        extends AppendTck,
                ExpectedVersionTck,
                ConflictTck,
                ConditionTck,
                IdempotencyTck,
                ReadTck,
                QueryTck,
                PayloadTck,
                RecordingTimeTck,
                LimitsTck,
                FollowTck,
                FollowEndTck,
                FollowRaceTck,
                RaceTck,
                PersistenceSpecificationsTck,
                AuditTck,
                AdminTck,
                RetentionTck,
                ScavengeTck,
                BackupTck,
                BackupTogetherTck,
                LifecycleTck {}
