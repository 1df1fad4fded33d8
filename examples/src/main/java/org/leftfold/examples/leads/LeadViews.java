package org.leftfold.examples.leads;

import org.leftfold.framework.codec.EventSchema;
import org.leftfold.framework.projection.Projection;

/** Three views of the same events, each of which can be rebuilt alone. */
public final class LeadViews {
    /** The events of leads. */
    public static final EventSchema<LeadEvent> SCHEMA = EventSchema.of(LeadEvent.class);

    /** How leads are searched. */
    public static final Projection<LeadSearch> SEARCH =
            Projection.of("lead-search", LeadSearch.class, SCHEMA).build();

    /** What came of them. */
    public static final Projection<LeadAnalysis> ANALYSIS =
            Projection.of("lead-analysis", LeadAnalysis.class, SCHEMA).build();

    /** The table of them. */
    public static final Projection<LeadRow> TABLE =
            Projection.of("lead-table", LeadRow.class, SCHEMA).build();

    private LeadViews() {}
}
