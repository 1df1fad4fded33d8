/**
 * Loan applications of a bank, on the log of a real one: the BPI Challenge 2012. One stream is one
 * application, from the day it is submitted until it is approved, declined or cancelled.
 *
 * <p>Entry point: {@link org.leftfold.examples.loans.LoanBoard}, which shows what became of 13,087
 * applications in pictures for a terminal. What can happen is in {@code LoanEvent}, what may happen
 * next in {@code LoanDecider}; {@code Loans} puts the schema, the repository and the views
 * together. The views are {@code Activity}, {@code Application}, {@code Workload} and {@code Day}.
 */
@NullMarked
package org.leftfold.examples.loans;

import org.jspecify.annotations.NullMarked;
