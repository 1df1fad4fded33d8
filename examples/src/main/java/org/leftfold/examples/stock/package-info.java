/**
 * Stock that falls while an order is placed (R101): what a customer saw in a view was right a
 * moment ago. The order is decided on the events, so nothing is sold twice; the customer is told
 * what is left, or gets a back order. Begin with {@link org.leftfold.examples.stock.Stock}.
 */
@NullMarked
package org.leftfold.examples.stock;

import org.jspecify.annotations.NullMarked;
