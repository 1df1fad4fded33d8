package org.leftfold.examples.leads;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.leftfold.examples.leads.LeadEvent.ContactDetailsUpdated;
import org.leftfold.examples.leads.LeadEvent.LeadInitialized;

/**
 * A lead as it is searched for: by every name and phone number that it ever had. Its version counts
 * changes, so it is 0 at the first event; that of the stream counts events.
 */
public final class LeadSearch {
    private long leadId;
    private final Set<String> names = new LinkedHashSet<>();
    private final Set<String> phones = new LinkedHashSet<>();
    private int version = -1;

    /** Takes an event; every event is a change, even if there is nothing in it to search for. */
    public void apply(LeadEvent event) {
        version++;
        switch (event) {
            case LeadInitialized initialized -> {
                leadId = initialized.leadId();
                names.add(initialized.name());
                phones.add(initialized.phone());
            }
            case ContactDetailsUpdated updated -> names.add(updated.name());
            default -> {}
        }
    }

    /** Whether it was ever called this. */
    public boolean wasCalled(String name) {
        return names.contains(name);
    }

    /** As it is written in the source. */
    @Override
    public String toString() {
        return "leadId: %d, name: %s, phone: %s, version: %d"
                .formatted(leadId, quoted(names), quoted(phones), version);
    }

    private static List<String> quoted(Set<String> texts) {
        return texts.stream().map("'%s'"::formatted).toList();
    }
}
