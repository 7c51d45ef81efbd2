"""Every fault that the bot is promised to get over, by its number, and the tests that hold it to that.

Where a fault is played elsewhere already it is not played twice. After each of them every open head has one final status, one
summary and no doubled comment, and the gate was closed while nothing was known.
"""

import ast
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
WEBHOOKS, DATABASE = "faults/test_rows_of_webhooks.py", "faults/test_rows_of_the_database.py"
SERVICE, FORGE = "faults/test_rows_of_the_service.py", "faults/test_rows_of_the_forge.py"
KILLS, SCALE = "app/runs/test_survives_kills.py", "scale_out/test_scale_out.py"
RUNS, SANDBOX = "app/runs/test_service.py", "validators/test_sandbox.py"

ROWS: dict[str, tuple[tuple[str, str], ...]] = {
    "1 a webhook dropped": (
        (WEBHOOKS, "test_row_01_a_webhook_dropped"),
        (RUNS, "test_the_round_finds_a_change_whose_webhook_never_came"),
    ),
    "2 a webhook a hundred times": (
        (WEBHOOKS, "test_row_02_a_webhook_a_hundred_times"),
        (RUNS, "test_the_same_delivery_a_hundred_times_is_one_run"),
    ),
    "3 webhooks out of order": ((WEBHOOKS, "test_row_03_webhooks_out_of_order"),),
    "4 a webhook hours late": ((WEBHOOKS, "test_row_04_a_webhook_hours_late"),),
    "5 killed before the webhook is stored": ((WEBHOOKS, "test_row_05_killed_before_the_webhook_is_stored"),),
    "6 killed between storing and acting": ((WEBHOOKS, "test_row_06_killed_between_storing_and_acting"),),
    "7 killed while a tool runs": ((SERVICE, "test_row_07_killed_while_a_tool_runs"),),
    "8 killed between a write and its being noted": ((KILLS, "test_killed_at_any_request_and_started_again_it_ends_the_same"),),
    "9 told to end for a new version": (
        (SERVICE, "test_row_09_told_to_end_for_a_new_version"),
        (SCALE, "test_a_worker_that_is_told_to_stop_ends_what_it_can_and_hands_over_the_rest"),
    ),
    "10 no database when a webhook comes": (
        (DATABASE, "test_row_10_the_database_is_away_when_a_webhook_comes"),
        ("app/web/test_webhooks.py", "test_with_the_database_away_the_forge_is_told_to_come_again"),
    ),
    "11 no database when a run ends": ((DATABASE, "test_row_11_the_database_is_away_when_a_run_ends"),),
    "12 the database forgets what was last written": ((DATABASE, "test_row_12_the_database_forgets_what_was_last_written"),),
    "13 disk or its table of files full": (
        (DATABASE, "test_row_13_the_disk_is_full"),
        ("app/web/test_webhooks.py", "test_a_full_disk_is_told_the_same_way"),
    ),
    "14 the forge fails for hours": (
        (FORGE, "test_row_14_patience_outlasts_an_outage_of_hours"),
        (FORGE, "test_row_14_the_forge_fails_for_a_while"),
    ),
    "15 the forge asks to wait": (
        (FORGE, "test_row_15_the_forge_asks_to_wait"),
        ("app/forges/test_github_adapter.py", "test_check_25_while_github_asks_to_wait_nothing_more_is_asked"),
    ),
    "16 a write timed out and was done": ((FORGE, "test_row_16_what_timed_out_was_done_all_the_same"),),
    "17 a read lags behind a write": ((FORGE, "test_row_17_reads_lag_behind_writes"),),
    "18 a token ends, a key is replaced": (
        (FORGE, "test_row_18_a_token_ends_while_it_is_used"),
        (FORGE, "test_row_18_the_key_is_replaced"),
    ),
    "19 the installation is suspended": ((FORGE, "test_row_19_the_installation_is_suspended"),),
    "20 pushed over while it is judged": (
        (FORGE, "test_row_20_pushed_over_while_it_is_judged"),
        (RUNS, "test_a_newer_head_stops_the_older_run_at_once_and_what_it_started"),
    ),
    "21 closed while it is judged": ((FORGE, "test_row_21_closed_while_it_is_judged"),),
    "22 a change that kills its worker": (
        (SERVICE, "test_row_22_a_change_that_kills_its_worker_is_given_up"),
        (SCALE, "test_what_workers_die_of_is_set_aside_after_three_tries_while_the_others_go_on"),
    ),
    "23 a tool that hangs and ignores SIGTERM": (
        (SERVICE, "test_row_23_what_does_not_end_is_killed"),
        (SANDBOX, "test_time_is_limited_and_sigterm_is_not_asked_for"),
    ),
    "24 killed for want of memory": (
        (SERVICE, "test_row_24_what_takes_too_much_memory_is_killed"),
        (RUNS, "test_an_engine_that_dies_is_a_broken_check_and_another_takes_its_place"),
        (SANDBOX, "test_memory_is_limited"),
    ),
    "25 two workers at one queue": (
        (SERVICE, "test_row_25_two_workers_at_one_queue"),
        (RUNS, "test_a_second_process_of_the_same_name_is_refused"),
        (SCALE, "test_a_worker_that_lost_its_name_to_another_stops"),
    ),
    "26 the clock jumps": ((FORGE, "test_row_26_the_clock_jumps"),),
    "27 somebody deletes what the bot said": ((FORGE, "test_row_27_somebody_deletes_what_the_bot_said"),),
    "28 comments and statuses have limits": (
        (FORGE, "test_row_28_more_is_wrong_than_a_comment_holds"),
        (FORGE, "test_row_28_the_last_status_that_a_commit_takes"),
    ),
}


@pytest.mark.parametrize("row", ROWS)
def test_the_row_is_held_by_tests_that_are_there(row: str) -> None:
    for module, name in ROWS[row]:
        body = ast.parse((TESTS / module).read_text()).body
        assert name in [one.name for one in body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)]


def test_no_row_is_left_out() -> None:
    assert [int(row.split()[0]) for row in ROWS] == list(range(1, 29))
