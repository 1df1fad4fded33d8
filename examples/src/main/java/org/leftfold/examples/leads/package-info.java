/**
 * Sales leads: people who may buy something, from the first call to the payment. What happened to a
 * lead is stored; how leads are searched, analysed and listed are three ways to read the same
 * events.
 *
 * <p>Entry point: {@link org.leftfold.examples.leads.LeadStory}. Rules are in {@code LeadDecider};
 * the readers are {@code LeadSearch}, {@code LeadAnalysis} and {@code LeadRow}.
 */
@NullMarked
package org.leftfold.examples.leads;

import org.jspecify.annotations.NullMarked;
