/**
 * A customer with a long history: loads begin at a snapshot and read the few events behind it. The
 * snapshot is the aggregate itself as JSON, or a memento made for the purpose.
 *
 * <p>Entry point: {@link org.leftfold.examples.customers.Customers}.
 */
@NullMarked
package org.leftfold.examples.customers;

import org.jspecify.annotations.NullMarked;
