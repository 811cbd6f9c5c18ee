/*---
description: What a day at a store, as its records name the place, adds up to; averages and rates are quotients of these sums.
grain: [date, store_id, region, city]
columns:
  date: {type: date, description: Business date in the project's time zone.}
  store_id: {type: text, description: Store.}
  region: {type: text, nullable: true, description: Region of the transaction.}
  city: {type: text, nullable: true, description: City of the transaction.}
  transactions: {type: bigint, description: Distinct transactions.}
  units: {type: bigint, description: Single pieces sold, packs counted by their content; returns are negative.}
  net_amount: {type: "numeric(12,2)", description: Pesos after discounts.}
  lines: {type: bigint, description: Line items.}
  duration_seconds: {type: bigint, description: Seconds of all transactions whose duration is known.}
  durations: {type: bigint, description: Transactions whose duration is known.}
  suggestions_answered: {type: bigint, description: Transactions of which it is known whether a suggestion was accepted.}
  suggestions_accepted: {type: bigint, description: Transactions in which a suggestion was accepted.}
  payments_known: {type: bigint, description: Transactions whose payment method is known.}
  payments_digital: {type: bigint, description: Transactions paid with gcash or maya.}
---*/
select
  business_date as date,
  store_id,
  region,
  city,
  count(*) as transactions,
  coalesce(sum(units), 0)::bigint as units,
  coalesce(sum(net_amount), 0)::numeric(12,2) as net_amount,
  coalesce(sum(basket_size), 0) as lines,
  coalesce(sum(duration_seconds), 0) as duration_seconds,
  count(duration_seconds) as durations,
  count(suggestion_accepted) as suggestions_answered,
  count(*) filter (where suggestion_accepted) as suggestions_accepted,
  count(payment_method) as payments_known,
  count(*) filter (where payment_method in ('gcash', 'maya')) as payments_digital
from scout.silver_transactions
group by business_date, store_id, region, city
