package com.alumoutreach.backbone.privacy;

import com.alumoutreach.backbone.consuming.Delivery;
import com.alumoutreach.backbone.module.BackgroundWorks;
import com.alumoutreach.backbone.module.ServiceModule;
import com.alumoutreach.contracts.contact.ContactDeleted;
import io.micronaut.context.BeanProvider;
import io.micronaut.context.annotation.EachBean;
import io.micronaut.context.annotation.Parameter;
import java.time.Duration;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** The persons that a service is to forget: rows of {@code erasures}, which {@link ErasureWork} works off. */
@EachBean(ServiceModule.class)
public class Erasures {
    /**
     * When the second and later sweeps are due, after the request: for events that were under way, that were retried, and that
     * came from what JetStream kept the longest (7 days).
     */
    private static final List<Duration> LATER = List.of(Duration.ofMinutes(10), Duration.ofDays(1), Duration.ofDays(8));

    private final ServiceModule module;
    private final BeanProvider<BackgroundWorks> works;
    private final String table;

    Erasures(@Parameter ServiceModule module, BeanProvider<BackgroundWorks> works) {
        this.module = module;
        this.works = works;
        this.table = module.schema() + ".erasures";
    }

    /** The contact is forgotten by this service soon after the commit, and again later on. */
    public void request(Handle tx, String tenant, String contactId) {
        tx.createUpdate("INSERT INTO " + table + " AS e (tenant_id, contact_id) VALUES (:tenant, :contact)"
                        + " ON CONFLICT (tenant_id, contact_id) DO UPDATE"
                        + " SET next_sweep_at = now(), requested_at = now(), sweeps = 0")
                .bind("tenant", tenant)
                .bind("contact", contactId)
                .execute();
        tx.afterCommit(() -> works.get().wake(ErasureWork.name(module)));
    }

    /** Whether the contact was ever to be forgotten. */
    public boolean requested(Handle tx, String tenant, String contactId) {
        return tx.createQuery("SELECT true FROM " + table + " WHERE tenant_id = :tenant AND contact_id = :contact")
                .bind("tenant", tenant)
                .bind("contact", contactId)
                .mapTo(Boolean.class)
                .findFirst()
                .isPresent();
    }

    void on(ContactDeleted event, Delivery delivery) {
        // The service that erased the contact has the row already, and need not begin again.
        if (Boolean.TRUE.equals(event.erased()) && !requested(delivery.tx(), delivery.tenantId(), event.contactId())) {
            request(delivery.tx(), delivery.tenantId(), event.contactId());
        }
    }

    /**
     * A person whose sweep is due.
     *
     * @param scannedTo the position in the log up to which it is done
     */
    record Due(Person person, long scannedTo) {}

    List<Due> due(Handle tx, int limit) {
        return tx.createQuery("SELECT tenant_id, contact_id, scanned_to FROM " + table
                        + " WHERE next_sweep_at <= now() ORDER BY next_sweep_at LIMIT :limit")
                .bind("limit", limit)
                .map((row, context) -> new Due(new Person(row.getString(1), row.getString(2)), row.getLong(3)))
                .list();
    }

    void scanned(Handle tx, List<Person> persons, long to) {
        update(tx, persons, "scanned_to = greatest(e.scanned_to, :to)", to);
    }

    void swept(Handle tx, List<Person> persons) {
        StringBuilder next = new StringBuilder("sweeps = e.sweeps + 1, next_sweep_at = e.requested_at + CASE e.sweeps");
        for (int i = 0; i < LATER.size(); i++) {
            next.append(" WHEN ")
                    .append(i)
                    .append(" THEN interval '")
                    .append(LATER.get(i))
                    .append("'");
        }
        update(tx, persons, next.append(" END").toString(), 0);
    }

    private void update(Handle tx, List<Person> persons, String change, long to) {
        tx.createUpdate("UPDATE " + table + " e SET " + change
                        + " FROM unnest(:tenants, :contacts) AS p (tenant_id, contact_id), (SELECT :to::bigint) AS up (top)"
                        + " WHERE e.tenant_id = p.tenant_id AND e.contact_id = p.contact_id")
                .bind("to", to)
                .bindArray(
                        "tenants",
                        String.class,
                        persons.stream().map(Person::tenantId).toArray())
                .bindArray(
                        "contacts",
                        String.class,
                        persons.stream().map(Person::contactId).toArray())
                .execute();
    }
}
