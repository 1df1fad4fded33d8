package org.leftfold.cli.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SecretsTest {
    private static final String ADDRESS =
            "jdbc:postgresql://host/shop?user=anna&password=%s&ssl=on";

    private static Secrets of(String password, String... arguments) {
        return Secrets.of(Map.of(Secrets.PASSWORD, password), List.of(arguments));
    }

    @Test
    void the_value_of_a_parameter_for_a_password_is_masked() {
        Secrets none = of("");
        assertThat(none.mask(ADDRESS.formatted("x;y%20z"))).isEqualTo(ADDRESS.formatted("***"));
        assertThat(none.mask("?trustStorePassword=a&Password=b&clientSecret=c d"))
                .isEqualTo("?trustStorePassword=***&Password=***&clientSecret=*** d");
        assertThat(none.mask("jdbc:mariadb://anna:p:w@host/shop"))
                .isEqualTo("jdbc:mariadb://***@host/shop");
        assertThat(none.mask("copy a b postgres://anna:p/s?w@host/shop"))
                .isEqualTo("copy a b postgres://***@host/shop");
        assertThat(none.mask("?password=s3'cret9")).isEqualTo("?password=***");
    }

    @Test
    void a_password_is_masked_wherever_it_stands_as_a_word() {
        assertThat(of("p+w").mask("no 'p+w' here, p+w!")).isEqualTo("no '***' here, ***!");
        assertThat(of("postgres").mask("jdbc:postgresql://postgres/x_postgres"))
                .isEqualTo("jdbc:postgresql://***/x_postgres");
        assertThat(of("", ADDRESS.formatted("a%20b")).mask("'a%20b' and 'a b'"))
                .isEqualTo("'***' and '***'");
        assertThat(of("").mask("nothing")).isEqualTo("nothing");
        Secrets both =
                Secrets.of(
                        Map.of(Secrets.FROM_PASSWORD, "one", Secrets.TO_PASSWORD, "one two"),
                        List.of());
        assertThat(both.mask("one, one two")).isEqualTo("***, ***");
    }

    @Test
    void a_password_that_is_the_name_of_the_user_is_shown_as_that() {
        assertThat(of("anna", "--user", "anna").mask("user anna")).isEqualTo("user anna");
        assertThat(of("anna", "--to-user=anna").mask("user anna")).isEqualTo("user anna");
        assertThat(of("anna", ADDRESS.formatted("anna")).mask("user anna")).isEqualTo("user anna");
        assertThat(of("anna", "--user", "bert").mask("user anna")).isEqualTo("user ***");
    }
}
