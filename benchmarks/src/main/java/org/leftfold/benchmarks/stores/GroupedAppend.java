package org.leftfold.benchmarks.stores;

import java.util.List;

/** An append on its way to the commit thread of a grouped store. */
record GroupedAppend(String stream, long expectedVersion, List<SampleEvent> events) {}
