package com.alumoutreach.backbone.privacy;

import com.alumoutreach.backbone.consuming.DurableConsumer;
import com.alumoutreach.backbone.module.ServiceModule;
import com.alumoutreach.contracts.contact.ContactDeleted;
import io.micronaut.context.annotation.EachBean;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Parameter;
import java.util.Locale;

/** Every service with a log hears of erased contacts, by a durable {@code <MODULE>_ERASURE_CONSUMER} of its own. */
@Factory
final class ErasureConsumers {
    @EachBean(ServiceModule.class)
    DurableConsumer erasures(@Parameter ServiceModule module, @Parameter Erasures erasures) {
        return DurableConsumer.of(module.name(), module.name().toUpperCase(Locale.ROOT) + "_ERASURE_CONSUMER")
                .subjects("contact.deleted")
                .on(ContactDeleted.class, erasures::on)
                .build();
    }
}
