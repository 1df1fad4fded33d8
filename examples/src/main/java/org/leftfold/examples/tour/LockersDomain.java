package org.leftfold.examples.tour;

// @start region="domain"
import java.util.List;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.LeftfoldDomain;
import org.leftfold.framework.repository.Repository;

/** What {@code leftfold state} and {@code leftfold history} have to know of the application. */
public final class LockersDomain implements LeftfoldDomain {
    @Override
    public List<Repository<?, ?, ?>> repositories(Leftfold leftfold) {
        return List.of(leftfold.repository("locker", new Lockers.LockerDecider()));
    }
}
// @end
