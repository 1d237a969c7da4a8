package com.alumoutreach.backbone.http;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A yes or no in a query or a form. Parameters of it are texts: Micronaut would take everything that it does not know for a no,
 * and a dry run that was asked for with {@code 1} would not be one.
 */
public final class Flag {
    private Flag() {}

    /**
     * @param name as callers write it, {@code dryRun}
     * @return false when nothing was said
     * @throws ProblemException INVALID_ and the name ({@code INVALID_DRY_RUN}) unless it is {@code true} or {@code false}
     */
    public static boolean of(String name, @Nullable String said) {
        if (said == null || said.equals("false")) {
            return false;
        }
        if (said.equals("true")) {
            return true;
        }
        String code = name.replaceAll("(?=[A-Z])", "_").toUpperCase(Locale.ROOT);
        throw ProblemException.badRequest("INVALID_" + code, name + " must be true or false");
    }
}
