package com.alumoutreach.backbone.health;

import io.micronaut.context.BeanContext;
import io.micronaut.context.annotation.Replaces;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.core.async.annotation.SingleResult;
import io.micronaut.inject.qualifiers.Qualifiers;
import io.micronaut.management.endpoint.annotation.Endpoint;
import io.micronaut.management.endpoint.annotation.Read;
import io.micronaut.management.endpoint.annotation.Selector;
import io.micronaut.management.endpoint.health.HealthEndpoint;
import io.micronaut.management.health.aggregator.HealthAggregator;
import io.micronaut.management.health.indicator.HealthCheckType;
import io.micronaut.management.health.indicator.HealthIndicator;
import io.micronaut.management.health.indicator.HealthResult;
import io.micronaut.management.health.indicator.annotation.Liveness;
import io.micronaut.management.health.indicator.annotation.Readiness;
import java.security.Principal;
import org.reactivestreams.Publisher;

/**
 * {@code /health} with a readiness of what is {@link Readiness} only. Micronaut's own counts whatever is not liveness, and
 * would take a service out of service while NATS is away, though it can serve.
 */
@Endpoint(id = HealthEndpoint.NAME, defaultSensitive = HealthEndpoint.DEFAULT_SENSITIVE)
@Replaces(HealthEndpoint.class)
class ReadinessEndpoint extends HealthEndpoint {
    private final HealthAggregator<HealthResult> aggregator;
    private final HealthIndicator[] needed;

    ReadinessEndpoint(
            HealthAggregator<HealthResult> aggregator,
            HealthIndicator[] all,
            @Liveness HealthIndicator[] liveness,
            BeanContext beans) {
        super(aggregator, all, liveness);
        this.aggregator = aggregator;
        this.needed = beans.getBeansOfType(HealthIndicator.class, Qualifiers.byStereotype(Readiness.class))
                .toArray(HealthIndicator[]::new);
    }

    @Override
    @Read
    @SingleResult
    public Publisher<HealthResult> getHealth(@Nullable Principal principal) {
        return super.getHealth(principal);
    }

    @Override
    @Read
    @SingleResult
    public Publisher<HealthResult> getHealth(@Nullable Principal principal, @Selector HealthCheckType selector) {
        return selector == HealthCheckType.READINESS
                ? aggregator.aggregate(needed, levelOfDetail(principal))
                : super.getHealth(principal, selector);
    }
}
