"""The contract between a forge and a bot, rule by rule, each with the tests that hold it; GitLab's own two come with its adapter."""

import ast
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[2]

RULES: dict[int, tuple[str, tuple[str, ...]]] = {
    1: (
        "Signatures are HMAC-SHA256 over the raw bytes, compared in constant time, before anything is parsed.",
        ("test_check_1_the_signature_is_over_the_raw_bytes_and_comes_before_parsing",),
    ),
    2: (
        "No signature, or sha1 only: 401, and nothing is kept.",
        (
            "test_check_2_an_unsigned_delivery_or_one_with_sha1_only_is_refused",
            "test_unsigned_or_wrongly_signed_is_401_and_nothing_is_stored",
            "test_a_valid_sha1_signature_alone_is_401",
        ),
    ),
    3: (
        "A delivery is durable before it is answered, in good time; bodies of up to 25 MB are taken.",
        ("test_a_signed_delivery_is_stored_and_handed_on_before_it_is_answered", "test_exactly_the_largest_is_taken"),
    ),
    4: (
        "Deliveries are told apart by forge and id; one that is sent again is dropped.",
        (
            "test_duplicates_are_202_and_dropped",
            "test_a_delivery_keeps_the_id_by_which_it_is_known_when_sent_again",
            "test_a_webhook_that_comes_often_keeps_its_guid",
        ),
    ),
    5: (
        "GitHub sends nothing again by itself: what it could not deliver is fetched.",
        ("test_what_nobody_took_is_read_and_what_was_taken_in_the_end_is_not",),
    ),
    6: (
        "Unknown events and actions are taken and left alone.",
        (
            "test_check_6_what_asks_for_nothing_is_ignored_and_says_why",
            "test_check_6_an_action_of_tomorrow_is_ignored_and_not_malformed",
            "test_an_event_that_is_not_known_is_202_and_left_alone",
        ),
    ),
    7: (
        "Nothing that we or other bots write is answered.",
        (
            "test_check_7_nothing_that_bots_post_is_answered",
            "test_check_7_the_same_by_a_bot_is_not_answered",
            "test_every_webhook_of_devforge_is_read",
        ),
    ),
    8: (
        "Only the head of now counts, whatever order webhooks come in.",
        ("test_check_8_the_head_is_the_current_one_after_each_push",),
    ),
    9: (
        "Checks of a fork name no pull request and no branch: the commit tells.",
        (
            "test_check_9_a_fork_names_no_pull_requests_so_the_run_itself_says_which_change_it_is_of",
            "test_check_9_a_check_of_a_fork_names_no_pull_request_and_no_branch",
        ),
    ),
    10: (
        "Asking again, by GitHub's button or ours, judges the same change again; checks of other apps are none of ours.",
        (
            "test_check_10_a_rerequested_suite_of_ours_is_run_again_and_those_of_other_apps_are_not",
            "test_check_10_the_same_of_another_app_is_none_of_ours",
            "test_the_button_of_a_check_run_tells_its_app",
        ),
    ),
    11: (
        "A merge group is reported on at its own head.",
        (
            "test_check_11_a_merge_queue_asks_about_the_head_of_its_group",
            "test_every_published_example_is_read_and_taken_for_what_it_is",
        ),
    ),
    12: (
        "The repository of a deleted fork is null: the head is fetched as refs/pull/N/head.",
        (
            "test_check_12_a_deleted_head_repository_and_a_ghost_author_are_no_obstacle",
            "test_check_12_a_deleted_fork_and_a_deleted_author",
            "test_check_12_forks_and_what_is_deleted_change_nothing_about_a_pull_request",
            "test_a_fork_is_made_once_and_its_pull_request_outlives_it",
        ),
    ),
    13: (
        "An installation that is gone, suspended or has fewer repositories ends the work there.",
        (
            "test_check_13_what_we_may_see_is_different_now",
            "test_check_13_every_change_of_an_installation_makes_us_look_at_what_there_is",
            "test_an_app_that_was_removed_is_told_and_one_that_came_back_works",
            "test_check_13_a_suspended_installation_is_told_and_one_that_is_let_again_works",
        ),
    ),
    14: (
        "The app signs in from a minute ago for at most ten, and asks for least permissions on named repositories.",
        ("test_check_14_the_app_signs_in_for_minutes_and_asks_for_least_permissions_on_one_repository",),
    ),
    15: (
        "A token that ends in the middle of the work is renewed.",
        (
            "test_check_15_a_token_that_expired_in_the_middle_is_renewed",
            "test_check_15_tokens_that_live_for_a_second_are_enough",
            "test_a_token_is_renewed_well_before_it_expires",
        ),
    ),
    16: (
        "Tokens and keys show nowhere.",
        ("test_check_16_neither_key_nor_token_shows_in_logs_reprs_urls_or_errors", "test_check_16_the_secret_does_not_show"),
    ),
    17: (
        "Comments stand on lines of the diff only; others are given back.",
        ("test_check_17_and_20_a_comment_outside_the_diff_is_given_back_and_costs_no_other_one",),
    ),
    18: (
        "start_line comes before line, in the same hunk, with both sides, or not at all.",
        ("test_check_18_and_19_comments_say_their_lines_as_github_wants_them",),
    ),
    19: (
        "RIGHT is the head's side; commit_id is the head that was reviewed.",
        ("test_check_18_and_19_comments_say_their_lines_as_github_wants_them",),
    ),
    20: (
        "One bad comment does not lose the review; thirty at most go in one.",
        (
            "test_check_17_and_20_a_comment_outside_the_diff_is_given_back_and_costs_no_other_one",
            "test_more_comments_than_one_review_holds",
        ),
    ),
    21: (
        "Texts are cut below GitHub's limits, which is said, with fences closed.",
        (
            "test_check_21_a_comment_that_is_too_long_is_cut_and_says_so",
            "test_the_description_of_a_status_is_one_line_that_fits",
        ),
    ),
    22: (
        "Annotations go fifty at a time, and are there once however often they are put.",
        ("test_check_22_more_than_fifty_annotations_are_all_shown_once_however_often_they_are_put",),
    ),
    23: (
        "`completed` carries a conclusion; buttons are three at most, of twenty and forty characters.",
        (
            "test_check_23_a_check_run_reads_back_as_it_was_put",
            "test_check_23_a_run_that_ended_carries_the_button_to_judge_again",
        ),
    ),
    24: (
        "What was written though its answer got lost is found again by its marker or external id.",
        (
            "test_check_24_the_summary_is_one_comment_edited_in_place",
            "test_check_24_a_summary_whose_answer_got_lost_stands_there_once",
            "test_check_24_comments_posted_twice_stand_there_once",
            "test_a_review_whose_answer_got_lost_stands_there_once",
            "test_a_check_run_whose_answer_got_lost_is_there_once",
            "test_a_write_is_never_sent_twice_by_itself",
        ),
    ),
    25: (
        "Limits are heeded for as long as GitHub says, a minute where it does not; 422 abuse is one too.",
        (
            "test_check_25_a_limit_says_how_long_to_wait",
            "test_check_25_while_github_asks_to_wait_nothing_more_is_asked",
            "test_check_25_the_limit_on_writes_is_waited_out_as_devforge_has_it",
            "test_writes_are_paced_and_one_after_the_other",
        ),
    ),
    26: (
        "Lists are read to their end; files come from git, since GitHub tells 3000 at most.",
        ("test_check_26_lists_are_read_to_their_end_and_github_is_never_asked_which_files_changed",),
    ),
    27: (
        "We never approve and never merge; what blocks is a status.",
        ("test_check_27_a_review_of_ours_comments_and_never_approves_nor_merges",),
    ),
    28: (
        "What has not changed is asked for with its tag, and costs nothing.",
        ("test_check_28_what_has_not_changed_is_not_sent_again_and_costs_nothing",),
    ),
}


@cache
def names() -> frozenset[str]:
    """Every test there is."""
    parsed = (ast.parse(file.read_text()) for file in TESTS.rglob("test_*.py") if "node_modules" not in file.parts)
    defined = (one for tree in parsed for one in ast.walk(tree) if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef))
    return frozenset(one.name for one in defined if one.name.startswith("test_"))


@pytest.mark.parametrize("number", range(1, 29))
def test_every_rule_of_the_contract_is_held_by_tests(number: int) -> None:
    rule, tests = RULES[number]
    assert tests, rule
    missing = [one for one in tests if one not in names()]
    assert not missing, f"{number}. {rule} Tests that are gone: {', '.join(missing)}"


def test_no_test_of_a_rule_is_forgotten_here() -> None:
    named = {one for _, tests in RULES.values() for one in tests}
    assert {one for one in names() if one.startswith("test_check_") and one[11].isdigit()} - named == set()
