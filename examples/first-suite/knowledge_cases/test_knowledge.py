def test_knowledge(ft_verdict):
    assert ft_verdict.passed
