package com.alumoutreach.embedded.clickhouse;

import com.alumoutreach.embedded.clickhouse.SqlTokens.Kind;
import com.alumoutreach.embedded.clickhouse.SqlTokens.Token;
import java.util.List;
import java.util.Set;

/**
 * Keeps statements inside the engine. The engine's one user may do everything, so this looks at the words: a guard against
 * a careless or injected query on a developer's machine, not a sandbox for strangers.
 */
final class EngineWalls {
    // Table functions, engines and dictionary sources that reach files, programs or other servers.
    private static final Set<String> OUTSIDE = Set.of("""
            file filecluster filelog filesystem disk library executable executablepool python
            url urlcluster http s3 s3cluster s3queue gcs oss cosn hdfs hdfscluster hive
            azureblobstorage azureblobstoragecluster azurequeue
            remote remotesecure clickhouse mysql postgresql materializedpostgresql mongodb redis sqlite odbc jdbc
            kafka nats rabbitmq arrowflight ytsaurus prometheus embeddedrocksdb backup
            iceberg iceberglocal icebergs3 icebergazure icebergcluster datalakecatalog
            deltalake deltalakelocal deltalakes3 deltalakecluster hudi paimon paimonlocal
            """.strip().split("\\s+"));
    // SHUTDOWN and KILL signal the process group, SUSPEND starts a shell.
    private static final Set<String> SYSTEM = Set.of("shutdown", "kill", "suspend");

    private EngineWalls() {}

    static void require(List<Token> tokens) {
        for (int i = 0; i < tokens.size(); i++) {
            if (reachesOutside(tokens, i)) {
                throw ClickHouseException.of(
                        ClickHouseException.ACCESS_DENIED,
                        "ACCESS_DENIED",
                        "The embedded endpoint does not reach outside the engine: "
                                + tokens.get(i).text());
            }
            if (isInput(tokens, i)) {
                throw ClickHouseException.of(
                        ClickHouseException.NOT_IMPLEMENTED,
                        "NOT_IMPLEMENTED",
                        "The embedded endpoint does not support the table function input()");
            }
        }
    }

    private static boolean reachesOutside(List<Token> tokens, int i) {
        Token token = tokens.get(i);
        Token before = tokens.get(Math.max(0, i - 1));
        boolean name = token.kind() == Kind.WORD || token.kind() == Kind.QUOTED_NAME;
        boolean engine = before.is("ENGINE")
                || (before.isSign('=') && tokens.get(Math.max(0, i - 2)).is("ENGINE"));
        if (name && (engine || isCalled(tokens, i)) && OUTSIDE.contains(SqlTokens.lower(token))) {
            return true;
        }
        return token.is("INFILE")
                || token.is("OUTFILE")
                || (i == 0 && (token.is("BACKUP") || token.is("RESTORE")))
                || (i == 1 && before.is("SYSTEM") && SYSTEM.contains(SqlTokens.lower(token)));
    }

    /** INSERT … SELECT … FROM input(…): the engine would take no data and report success. */
    private static boolean isInput(List<Token> tokens, int i) {
        return tokens.getFirst().is("INSERT")
                && SqlTokens.lower(tokens.get(i)).equals("input")
                && isCalled(tokens, i)
                && !SqlTokens.isName(tokens, i);
    }

    private static boolean isCalled(List<Token> tokens, int i) {
        return i + 1 < tokens.size() && tokens.get(i + 1).isSign('(');
    }
}
