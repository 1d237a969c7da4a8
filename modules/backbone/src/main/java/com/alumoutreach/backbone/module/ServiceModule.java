package com.alumoutreach.backbone.module;

import java.util.regex.Pattern;

/**
 * A service of the house: the name of its bean, of its Postgres schema and of its migrations' folder ({@code db/<name>}).
 *
 * @param name lower-case letters, at most 32; also the schema's name
 */
public record ServiceModule(String name) {
    private static final Pattern NAME = Pattern.compile("[a-z]{1,32}");

    public ServiceModule {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("Module name must be 1 to 32 lower-case letters: " + name);
        }
    }

    /** The envelope's {@code source}, for example {@code contacts-service}. */
    public String source() {
        return name + "-service";
    }

    public String schema() {
        return name;
    }
}
