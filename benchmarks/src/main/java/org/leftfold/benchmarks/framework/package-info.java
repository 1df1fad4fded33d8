/**
 * What the framework costs on top of the store: commands beside bare store calls, dispatch beside a
 * hand-written switch, and loads of long streams with snapshots and caches.
 */
@NullMarked
package org.leftfold.benchmarks.framework;

import org.jspecify.annotations.NullMarked;
