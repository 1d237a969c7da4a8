package com.alumoutreach.backbone.database;

import com.alumoutreach.backbone.module.ServiceModule;
import jakarta.inject.Singleton;
import java.util.List;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/** Brings the schema of every module on this classpath up to date: first the backbone's own tables, then the module's. */
@Singleton
public class SchemaMigrations {
    private final DataSource dataSource;
    private final List<ServiceModule> modules;
    private final EventLogPartitions partitions;
    private volatile boolean done;

    SchemaMigrations(DataSource dataSource, List<ServiceModule> modules, EventLogPartitions partitions) {
        this.dataSource = dataSource;
        this.modules = modules;
        this.partitions = partitions;
    }

    /** Safe to call from several instances at once (Flyway locks) and again after a failure. */
    public void migrate() {
        for (ServiceModule module : modules) {
            migrate(module, "backbone");
            migrate(module, module.name());
            partitions.ensure(module);
        }
        done = true;
    }

    public boolean done() {
        return done;
    }

    private void migrate(ServiceModule module, String folder) {
        Flyway.configure()
                .dataSource(dataSource)
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
