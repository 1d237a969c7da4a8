package com.alumoutreach.backbone.database;

import com.alumoutreach.backbone.module.ServiceModule;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.util.List;
import org.flywaydb.core.Flyway;

/** Brings the schema of every module on this classpath up to date: first the backbone's own tables, then the module's. */
@Singleton
public class SchemaMigrations {
    private final MigrationsConfig config;
    private final List<ServiceModule> modules;
    private final EventLogPartitions partitions;
    private final Rights rights;
    private volatile boolean done;

    SchemaMigrations(
            MigrationsConfig config, List<ServiceModule> modules, EventLogPartitions partitions, Rights rights) {
        this.config = config;
        this.modules = modules;
        this.partitions = partitions;
        this.rights = rights;
    }

    /**
     * Safe to call from several instances at once (Flyway locks) and again after a failure.
     *
     * @throws SQLException when Postgres is away or refuses
     */
    public void migrate() throws SQLException {
        for (ServiceModule module : modules) {
            migrate(module, "backbone");
            migrate(module, module.name());
            partitions.ensure(module);
            rights.ensure(module);
        }
        done = true;
    }

    public boolean done() {
        return done;
    }

    private void migrate(ServiceModule module, String folder) {
        Flyway.configure()
                .dataSource(config.dataSource())
                .schemas(module.schema())
                .defaultSchema(module.schema())
                .createSchemas(true)
                .table("flyway_" + folder)
                .locations("classpath:db/" + folder)
                .baselineOnMigrate(true)
                .baselineVersion("0")
                .failOnMissingLocations(false)
                .load()
                .migrate();
    }
}
