package org.leftfold.examples.privacy;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import org.leftfold.api.spi.AesKeyWrapping;
import org.leftfold.engine.EmbeddedEventStore;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.LeftfoldDomain;
import org.leftfold.framework.privacy.Privacy;
import org.leftfold.framework.repository.Repository;

// @start region="domain"
/** What tools have to know of the clinic, its keys included. */
public final class ClinicDomain implements LeftfoldDomain {
    private final String masterKey;

    /** The master key is 64 hexadecimal digits in the environment. */
    public ClinicDomain() {
        this(System.getenv().getOrDefault("CLINIC_MASTER_KEY", ""));
    }

    ClinicDomain(String masterKey) {
        this.masterKey = masterKey;
    }

    @Override
    public List<Repository<?, ?, ?>> repositories(Leftfold leftfold) {
        byte[] key = HexFormat.of().parseHex(masterKey);
        var wrapping = new AesKeyWrapping(key, new SecureRandom()::nextBytes);
        var store = (EmbeddedEventStore) leftfold.store(); // for tools it is open for reading only
        var privacy = Privacy.of(store, store.keys(wrapping), wrapping);
        return List.of(
                leftfold.protecting(privacy).repository("patient", new Clinic.PatientDecider()));
    }
}
// @end
