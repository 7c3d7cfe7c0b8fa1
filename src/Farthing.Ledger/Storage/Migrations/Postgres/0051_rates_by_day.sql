-- Whether a day's rate is final is asked for each day that is posted to and not fixed.
CREATE INDEX fx_rates_by_day ON fx_rates (currency, day);
