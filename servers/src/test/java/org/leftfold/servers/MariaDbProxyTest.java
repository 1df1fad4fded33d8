package org.leftfold.servers;

class MariaDbProxyTest extends CuttingProxyRules {
    @Override
    DatabaseServer shared() {
        return MariaDbServer.shared();
    }

    @Override
    String bytesType() {
        return "LONGBLOB";
    }

    @Override
    String series(int rows) {
        return "SELECT seq FROM seq_1_to_%d".formatted(rows);
    }
}
