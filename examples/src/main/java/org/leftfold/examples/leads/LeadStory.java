package org.leftfold.examples.leads;

import java.time.Instant;
import java.util.function.Consumer;
import org.leftfold.api.EventStore;
import org.leftfold.examples.leads.LeadCommand.ConfirmPayment;
import org.leftfold.examples.leads.LeadCommand.Contact;
import org.leftfold.examples.leads.LeadCommand.InitializeLead;
import org.leftfold.examples.leads.LeadCommand.SetFollowup;
import org.leftfold.examples.leads.LeadCommand.SubmitOrder;
import org.leftfold.examples.leads.LeadCommand.UpdateContactDetails;
import org.leftfold.framework.Leftfold;

/** A lead is called twice, its name is put right, it orders and pays. */
public final class LeadStory {
    private LeadStory() {}

    /** Tells the story on a store. */
    public static void run(EventStore store, Consumer<String> say) {
        var leads = Leftfold.on(store).repository("lead", new LeadDecider());

        leads.save("1", new InitializeLead(1, "aab", "1111"));
        leads.update("1", new Contact());
        leads.update("1", new SetFollowup(Instant.parse("2025-01-01T01:00:02.01Z")));
        leads.update("1", new UpdateContactDetails("aaa"));
        leads.update("1", new Contact());
        leads.update("1", new SubmitOrder(Instant.parse("2025-01-01T01:10:02.01Z")));
        leads.update("1", new ConfirmPayment());

        var search = new LeadSearch();
        var analysis = new LeadAnalysis();
        leads.history("1")
                .forEach(entry -> {
                    search.apply(entry.event().event());
                    analysis.apply(entry.event().event());
                });
        say.accept("search: " + search);
        say.accept("analysis: " + analysis);
    }
}
